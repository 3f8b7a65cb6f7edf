/** Text to an RGB image with depth: schedulers, noise, the LDM3D pipeline. */
@org.jspecify.annotations.NullMarked
module dev.suffice.diffusion {
    requires transitive dev.suffice.image;
    requires transitive dev.suffice.models;
    requires jdk.jfr;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports dev.suffice.diffusion;
    exports dev.suffice.diffusion.engines;
    exports dev.suffice.diffusion.file;
    exports dev.suffice.diffusion.policy;
    exports dev.suffice.diffusion.noise;
    exports dev.suffice.diffusion.scheduler;
    exports dev.suffice.diffusion.stepsaver;
}
