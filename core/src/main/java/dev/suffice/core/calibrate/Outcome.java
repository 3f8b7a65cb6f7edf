package dev.suffice.core.calibrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A calibration: what was chosen, and what the samples said of each setting. Immutable.
 *
 * @param control how it was found
 * @param promise what is kept
 * @param samples how many there were
 * @param settings evidence of every setting, from the safest to the fastest
 * @param choice the fastest setting accepted, or none
 */
public record Outcome(
        RiskControl control, Promise promise, int samples, List<SettingEvidence> settings, Choice choice) {
    /** Copies the list. */
    public Outcome {
        settings = List.copyOf(settings);
    }

    /** Accepts settings from the safest on until one's value is above the limit. */
    static Outcome of(RiskControl control, Promise promise, LossTable losses, double[] values, double limit) {
        var settings = new ArrayList<SettingEvidence>();
        int accepted = 0;
        for (int setting = 0; setting < values.length; setting++) {
            if (accepted == setting && values[setting] <= limit) {
                accepted++;
            }
            settings.add(new SettingEvidence(losses.risk(setting), values[setting], limit, setting < accepted));
        }
        var choice = accepted > 0
                ? new Choice.Fastest(accepted - 1)
                : new Choice.Never(losses.samples(), control.samplesNeeded(promise));
        return new Outcome(control, promise, losses.samples(), settings, choice);
    }

    /** What was chosen and why, in one sentence. */
    public String text() {
        return switch (choice) {
            case Choice.Fastest(var setting) ->
                "setting %d of %d: mean loss %s of %d samples; %s"
                        .formatted(
                                setting,
                                settings.size(),
                                shown(settings.get(setting).risk()),
                                samples,
                                promised());
            case Choice.Never never
            when never.tooFew() ->
                "never: %d samples are too few to promise a mean loss of %s at most; at least %d are needed"
                        .formatted(never.samples(), shown(promise.risk()), never.needed());
            case Choice.Never _ ->
                "never: the safest setting has a mean loss of %s, %s %s (limit %s); allow more risk or bring more than %d samples"
                        .formatted(
                                shown(settings.getFirst().risk()),
                                control.evidence(),
                                shown(settings.getFirst().value()),
                                shown(settings.getFirst().limit()),
                                samples);
        };
    }

    private String promised() {
        return control.onAverage()
                ? "%s at most on average over calibrations".formatted(shown(promise.risk()))
                : "%s at most with probability %s".formatted(shown(promise.risk()), shown(promise.confidence()));
    }

    private static String shown(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
