package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The samplers by name: by the class name of {@code scheduler_config.json}, and by a short one. A sampler can take another
 * one's config: the settings in it carry over, those it lacks take the new sampler's own defaults, those the new sampler does
 * not know are kept. Stateless.
 */
public final class Schedulers {
    private static final Map<String, Function<SchedulerConfig, Scheduler>> CLASSES = classes();
    private static final SequencedMap<String, Named> NAMES = shortNames();

    /** A short name: a class, and the settings that the name implies. */
    private record Named(String className, Map<String, Object> settings) {}

    private Schedulers() {}

    private static Map<String, Function<SchedulerConfig, Scheduler>> classes() {
        var classes = new LinkedHashMap<String, Function<SchedulerConfig, Scheduler>>();
        classes.put(DdimScheduler.CLASS_NAME, DdimScheduler::new);
        classes.put(DdpmScheduler.CLASS_NAME, DdpmScheduler::new);
        classes.put(PndmScheduler.CLASS_NAME, PndmScheduler::new);
        classes.put(LmsDiscreteScheduler.CLASS_NAME, LmsDiscreteScheduler::new);
        classes.put(EulerDiscreteScheduler.CLASS_NAME, EulerDiscreteScheduler::new);
        classes.put(EulerAncestralDiscreteScheduler.CLASS_NAME, EulerAncestralDiscreteScheduler::new);
        classes.put(HeunDiscreteScheduler.CLASS_NAME, HeunDiscreteScheduler::new);
        classes.put(Kdpm2DiscreteScheduler.CLASS_NAME, Kdpm2DiscreteScheduler::new);
        classes.put(Kdpm2AncestralDiscreteScheduler.CLASS_NAME, Kdpm2AncestralDiscreteScheduler::new);
        classes.put(DpmSolverMultistepScheduler.CLASS_NAME, DpmSolverMultistepScheduler::new);
        classes.put(DpmSolverSinglestepScheduler.CLASS_NAME, DpmSolverSinglestepScheduler::new);
        classes.put(UniPcMultistepScheduler.CLASS_NAME, UniPcMultistepScheduler::new);
        classes.put(DeisMultistepScheduler.CLASS_NAME, DeisMultistepScheduler::new);
        classes.put(LcmScheduler.CLASS_NAME, LcmScheduler::new);
        classes.put(FlowMatchEulerDiscreteScheduler.CLASS_NAME, FlowMatchEulerDiscreteScheduler::new);
        return Collections.unmodifiableMap(classes);
    }

    private static SequencedMap<String, Named> shortNames() {
        var names = new LinkedHashMap<String, Named>();
        named(names, "ddim", DdimScheduler.CLASS_NAME);
        named(names, "ddpm", DdpmScheduler.CLASS_NAME);
        named(names, "pndm", PndmScheduler.CLASS_NAME);
        spaced(names, "lms", LmsDiscreteScheduler.CLASS_NAME, Map.of());
        spaced(names, "euler", EulerDiscreteScheduler.CLASS_NAME, Map.of());
        named(names, "euler-a", EulerAncestralDiscreteScheduler.CLASS_NAME);
        spaced(names, "heun", HeunDiscreteScheduler.CLASS_NAME, Map.of());
        spaced(names, "dpm2", Kdpm2DiscreteScheduler.CLASS_NAME, Map.of());
        spaced(names, "dpm2-a", Kdpm2AncestralDiscreteScheduler.CLASS_NAME, Map.of());
        spaced(names, "dpm++2m", DpmSolverMultistepScheduler.CLASS_NAME, secondOrder("dpmsolver++"));
        spaced(names, "dpm++2m-sde", DpmSolverMultistepScheduler.CLASS_NAME, secondOrder("sde-dpmsolver++"));
        spaced(names, "dpm++2s", DpmSolverSinglestepScheduler.CLASS_NAME, secondOrder("dpmsolver++"));
        spaced(names, "unipc", UniPcMultistepScheduler.CLASS_NAME, Map.of());
        spaced(names, "deis", DeisMultistepScheduler.CLASS_NAME, Map.of());
        named(names, "lcm", LcmScheduler.CLASS_NAME);
        named(names, "flow-euler", FlowMatchEulerDiscreteScheduler.CLASS_NAME);
        return Collections.unmodifiableSequencedMap(names);
    }

    private static Map<String, Object> secondOrder(String algorithm) {
        return Map.of("algorithm_type", algorithm, "solver_order", 2);
    }

    private static void named(Map<String, Named> names, String name, String className) {
        names.put(name, new Named(className, Map.of()));
    }

    /** The name, and the same with Karras sigmas. */
    private static void spaced(Map<String, Named> names, String name, String className, Map<String, Object> settings) {
        names.put(name, new Named(className, settings));
        var karras = new LinkedHashMap<>(settings);
        karras.put("use_karras_sigmas", true);
        karras.put("use_exponential_sigmas", false);
        karras.put("use_beta_sigmas", false);
        names.put(name + "-karras", new Named(className, karras));
    }

    /**
     * The sampler that the config names.
     *
     * @throws SufficeException if it names none or an unknown one, or a setting is not acceptable
     */
    public static Scheduler create(SchedulerConfig config) {
        var className = config.className()
                .orElseThrow(() -> new SufficeException("scheduler config: has no _class_name; it must be one of "
                        + String.join(", ", CLASSES.keySet())));
        var constructor = CLASSES.get(className);
        if (constructor == null) {
            throw new SufficeException("scheduler class \"%s\": unknown; must be one of %s"
                    .formatted(className, String.join(", ", CLASSES.keySet())));
        }
        return constructor.apply(config);
    }

    /**
     * Another sampler over the same config.
     *
     * @param name a short name in any case, or a class name
     * @throws InvalidRequestException if the name is unknown
     * @throws SufficeException if a setting is not acceptable to this sampler
     */
    public static Scheduler create(String name, SchedulerConfig config) {
        var byClass = CLASSES.get(name);
        if (byClass != null) {
            return byClass.apply(config);
        }
        var named = NAMES.get(name.toLowerCase(Locale.ROOT));
        if (named == null) {
            throw new InvalidRequestException(
                    "scheduler \"%s\": unknown; must be one of %s".formatted(name, String.join(", ", NAMES.keySet())));
        }
        var changed = config;
        for (var setting : named.settings.entrySet()) {
            changed = changed.with(setting.getKey(), setting.getValue());
        }
        return create(named.className, changed);
    }

    /**
     * The one name of a sampler with its settings, whichever way it was asked for: the short name that says most about it, e.g. {@code
     * dpm2-karras}. Its class where no short name says what it is, e.g. with exponential sigmas.
     */
    public static String canonicalName(Scheduler scheduler) {
        var settings = scheduler.config().settings();
        for (var spacing : List.of("use_exponential_sigmas", "use_beta_sigmas")) {
            if (Boolean.TRUE.equals(settings.get(spacing))) {
                return scheduler.className() + " with " + spacing;
            }
        }
        return NAMES.entrySet().stream()
                .filter(entry -> entry.getValue().className.equals(scheduler.className())
                        && entry.getValue().settings.entrySet().stream()
                                .allMatch(setting -> same(setting.getValue(), settings.get(setting.getKey()))))
                .max(Comparator.comparingInt(entry -> entry.getValue().settings.size()))
                .map(Map.Entry::getKey)
                .orElse(scheduler.className());
    }

    /** Whether a setting has the value; one that is absent is false. */
    private static boolean same(Object wanted, @Nullable Object value) {
        return switch (value) {
            case null -> wanted.equals(false);
            case Number number -> wanted instanceof Number other && other.doubleValue() == number.doubleValue();
            default -> wanted.equals(value);
        };
    }

    /** The short names, e.g. {@code euler-a}. */
    public static List<String> names() {
        return List.copyOf(NAMES.sequencedKeySet());
    }

    /** The class names, e.g. {@code EulerAncestralDiscreteScheduler}. */
    public static List<String> classNames() {
        return List.copyOf(CLASSES.keySet());
    }
}
