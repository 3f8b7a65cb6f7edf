package dev.suffice.bench.speculation;

import dev.suffice.bench.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/** All answers of a run, and what follows from them. Not thread-safe. */
final class Answers {
    /** The group that no total has in it. */
    static final String RANDOM = "random";

    private final List<Answer> all = new ArrayList<>();

    void add(Answer answer) {
        all.add(answer);
    }

    List<String> groups() {
        var groups = new LinkedHashSet<String>();
        all.forEach(one -> groups.add(one.group()));
        return List.copyOf(groups);
    }

    /** Answers of a mode to a group's questions; to all but random ones if it is empty. */
    List<Answer> of(String mode, String group) {
        return all.stream()
                .filter(one -> one.mode().equals(mode))
                .filter(one -> group.isEmpty()
                        ? !one.group().equals(RANDOM)
                        : one.group().equals(group))
                .toList();
    }

    /** Answers of a mode in a group. */
    int count(String mode, String group) {
        return of(mode, group).size();
    }

    /**
     * Tokens in a second, after the first token.
     *
     * @param group empty for all questions
     */
    double speed(String mode, String group) {
        var some = of(mode, group);
        return some.stream().mapToInt(Answer::timed).sum()
                / some.stream().mapToDouble(Answer::rest).sum();
    }

    /** Tokens that a pass gave. */
    double tokensPerPass(String mode, String group) {
        var some = of(mode, group);
        return (double) some.stream().mapToInt(Answer::timed).sum()
                / some.stream().mapToInt(Answer::passes).sum();
    }

    /** Share of the drafted tokens that were accepted; NaN if none was drafted. */
    double accepted(String mode, String group) {
        var some = of(mode, group);
        return (double) some.stream().mapToInt(Answer::accepted).sum()
                / some.stream().mapToInt(Answer::drafted).sum();
    }

    /** Positions that were decided again. */
    int again(String mode, String group) {
        return of(mode, group).stream().mapToInt(Answer::again).sum();
    }

    /** Time a token of one mode over that of another, resampled by question. */
    Interval faster(String mode, String than, String group) {
        var ids = of(mode, group).stream().map(Answer::question).distinct().toList();
        var parts = ids.stream()
                .map(id -> new double[] {
                    timed(mode, group, id), rest(mode, group, id), timed(than, group, id), rest(than, group, id)
                })
                .toList();
        return Interval.of(parts, sums -> sums[3] / sums[2] / (sums[1] / sums[0]));
    }

    private double timed(String mode, String group, int question) {
        return of(mode, group).stream()
                .filter(one -> one.question() == question)
                .mapToInt(Answer::timed)
                .sum();
    }

    private double rest(String mode, String group, int question) {
        return of(mode, group).stream()
                .filter(one -> one.question() == question)
                .mapToDouble(Answer::rest)
                .sum();
    }

    /** An answer that is not the other mode's: where they part. */
    record Difference(Answer answer, Answer other, int at) {}

    /** Answers that are not token for token those of another mode. */
    List<Difference> differences(String mode, String other, String group) {
        var found = new ArrayList<Difference>();
        for (var one : of(mode, group)) {
            for (var reference : of(other, group)) {
                if (one.question() == reference.question() && one.repeat() == reference.repeat()) {
                    int at = Arrays.mismatch(one.tokens(), reference.tokens());
                    if (at >= 0) {
                        found.add(new Difference(one, reference, at));
                    }
                }
            }
        }
        return found;
    }
}
