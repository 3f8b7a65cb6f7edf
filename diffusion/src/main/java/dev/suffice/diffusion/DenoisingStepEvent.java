package dev.suffice.diffusion;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** One call of the U-Net within a run, as a Java Flight Recorder event. */
@Name("dev.suffice.DenoisingStep")
@Label("Denoising Step")
@Category({"Suffice", "Diffusion"})
@Description("One call of the U-Net, with guidance and the sampler's step")
final class DenoisingStepEvent extends Event {
    @Label("Call")
    int call;

    @Label("Calls")
    int calls;

    @Label("Timestep")
    double timestep;

    @Label("Passes")
    @Description("Batch elements that went through the U-Net")
    int passes;

    @Label("Scheduler")
    String scheduler = "";
}
