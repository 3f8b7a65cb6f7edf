package dev.suffice.bench.peers;

import dev.suffice.bench.Interval;
import dev.suffice.bench.Spread;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What the measurements of one table say. Ratios are of sums over the items that both have done in the same rounds, and are resampled by item: those of one item are alike.
 *
 * @param all measurements of one table
 */
record Comparison(List<Measurement> all) {
    Comparison {
        all = List.copyOf(all);
    }

    List<String> contenders() {
        return all.stream().map(Measurement::contender).distinct().toList();
    }

    List<Measurement> of(String contender) {
        return all.stream().filter(one -> one.contender().equals(contender)).toList();
    }

    /** Seconds for a unit of work of each run; empty if it has none. */
    Optional<Spread> seconds(String contender, ToDoubleFunction<Measurement> time) {
        var values = of(contender).stream()
                .filter(one -> one.work() > 0)
                .map(one -> time.applyAsDouble(one) / one.work())
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** Seconds of all runs for all their work. */
    double mean(String contender, ToDoubleFunction<Measurement> time) {
        var some = of(contender);
        return some.stream().mapToDouble(time).sum()
                / some.stream().mapToDouble(Measurement::work).sum();
    }

    /** How many times as long everyone takes as one of them, where they have items in common. */
    Map<String, Double> timesAsLong(String as) {
        var times = new LinkedHashMap<String, Double>();
        contenders()
                .forEach(name ->
                        faster(as, name, Measurement::seconds).ifPresent(ratio -> times.put(name, ratio.value())));
        return times;
    }

    /**
     * How many times as fast one is as another, for equal work.
     *
     * @return empty if they have no item in common
     */
    Optional<Interval> faster(String contender, String than, ToDoubleFunction<Measurement> time) {
        var parts = new LinkedHashMap<String, double[]>();
        var others = new TreeMap<String, Measurement>();
        of(than).forEach(one -> others.put(place(one), one));
        for (var one : of(contender)) {
            var other = others.get(place(one));
            if (other != null) {
                add(
                        parts.computeIfAbsent(one.item(), _ -> new double[4]),
                        time.applyAsDouble(one),
                        one.work(),
                        time.applyAsDouble(other),
                        other.work());
            }
        }
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Interval.of(List.copyOf(parts.values()), sums -> sums[2] / sums[3] / (sums[0] / sums[1])));
    }

    private static void add(double[] sums, double... values) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += values[k];
        }
    }

    private static String place(Measurement one) {
        return "%d %s".formatted(one.round(), one.item());
    }

    /** The one of some who takes the least for its work; empty if none of them was measured. */
    Optional<String> best(Collection<String> some, ToDoubleFunction<Measurement> time) {
        return some.stream()
                .filter(name -> !of(name).isEmpty())
                .min((a, b) -> Double.compare(mean(a, time), mean(b, time)));
    }

    /** Share of the time that was not within the engine's calls, each run's. */
    Optional<Spread> outside(String contender) {
        var shares = of(contender).stream()
                .filter(one -> one.inside() > 0)
                .map(one -> 1 - one.inside() / one.seconds())
                .toList();
        return shares.isEmpty() ? Optional.empty() : Optional.of(Spread.of(shares));
    }

    /**
     * Outputs that are those of another, number for number.
     *
     * @param equal how many are
     * @param compared how many were there to compare
     * @param common the mean share of an output up to where they part
     */
    record Agreement(int equal, int compared, double common) {}

    Agreement agreement(String contender, String with) {
        Map<String, Measurement> others = new TreeMap<>();
        of(with).forEach(one -> others.put(place(one), one));
        int equal = 0;
        int compared = 0;
        double common = 0;
        for (var one : of(contender)) {
            var other = others.get(place(one));
            if (other != null) {
                var a = one.output().split(" ");
                var b = other.output().split(" ");
                int at = Arrays.mismatch(a, b);
                compared++;
                equal += at < 0 ? 1 : 0;
                common += at < 0 ? 1 : (double) at / Math.max(a.length, b.length);
            }
        }
        return new Agreement(equal, compared, compared == 0 ? 0 : common / compared);
    }
}
