package dev.suffice.bench.speculation;

import dev.suffice.language.Generation;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One answer, measured.
 *
 * @param question its number
 * @param group kind of the question
 * @param mode how it was drafted
 * @param repeat which time
 * @param first seconds to the first token
 * @param rest seconds of all others
 * @param tokens of the answer
 * @param passes after the prompt
 * @param drafted tokens
 * @param accepted of these
 * @param again positions decided again
 * @param taken tokens that the model was not asked for
 */
@SuppressWarnings("ArrayRecordComponent") // measured data, never compared
record Answer(
        int question,
        String group,
        String mode,
        int repeat,
        double first,
        double rest,
        int[] tokens,
        int passes,
        int drafted,
        int accepted,
        int again,
        int taken) {
    static final String HEADER =
            "question,group,mode,repeat,first_seconds,rest_seconds,passes,drafted,accepted,again,taken,tokens";

    static Answer of(Question question, Mode mode, int repeat, Generation generation) {
        var report = generation.report();
        return new Answer(
                question.id(),
                question.group(),
                mode.text(),
                repeat,
                report.firstToken().toNanos() / 1e9,
                report.rest().toNanos() / 1e9,
                generation.tokens(),
                report.passes(),
                report.drafted(),
                report.accepted(),
                report.decidedAgain(),
                report.taken());
    }

    /** Tokens that the seconds of the rest were for. */
    int timed() {
        return tokens.length - 1;
    }

    /** A line of CSV. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%d,%s,%s,%d,%.5f,%.5f,%d,%d,%d,%d,%d,%s",
                question,
                group,
                mode,
                repeat,
                first,
                rest,
                passes,
                drafted,
                accepted,
                again,
                taken,
                Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    }
}
