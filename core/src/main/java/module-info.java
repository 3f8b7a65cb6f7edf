/** Policies, compute report, progress and cancellation; depends on nothing but the JDK. */
@org.jspecify.annotations.NullMarked
module dev.suffice.core {
    requires static transitive org.jspecify;

    exports dev.suffice.core;
}
