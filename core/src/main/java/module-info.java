/** Policies, compute report, progress, cancellation, calibration with a guarantee; depends on nothing but the JDK. */
@org.jspecify.annotations.NullMarked
module dev.suffice.core {
    requires static transitive org.jspecify;

    exports dev.suffice.core;
    exports dev.suffice.core.calibrate;
}
