package dev.suffice.diffusion.stepsaver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.diffusion.scheduler.SchedulerConfig;
import dev.suffice.diffusion.scheduler.Schedulers;
import org.junit.jupiter.api.Test;

class SamplerSettingTest {
    @Test
    void theTextComesBack() {
        for (var text : new String[] {"ddim", "dpm++2m", "ddim/skip=0.1", "dpm2-karras/skip=0.05/guidance=0.98"}) {
            assertThat(SamplerSetting.parse(text).text()).isEqualTo(text);
        }
        assertThat(SamplerSetting.parse(" DDIM ").policy()).isEqualTo(StepPolicy.none());
        assertThat(SamplerSetting.parse("euler/none").text()).isEqualTo("euler");
        assertThat(SamplerSetting.parse("ddim/skip").text()).isEqualTo("ddim/skip=0.05");
    }

    @Test
    void unknownOnesAreNamed() {
        assertThatThrownBy(() -> SamplerSetting.parse("fast/skip"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("scheduler \"fast\": unknown; must be one of ddim, ");
        assertThatThrownBy(() -> SamplerSetting.parse("ddim/hop")).hasMessageStartingWith("policy rule hop: unknown");
        assertThatThrownBy(() -> SamplerSetting.parse("ddim/auto"))
                .hasMessage("scheduler \"ddim/auto\": must have rules after the /, not auto");
    }

    @Test
    void aSamplerHasOneNameWhicheverWayItIsAskedFor() {
        var ddim = SchedulerConfig.parse(
                "{\"_class_name\": \"DDIMScheduler\", \"num_train_timesteps\": 1000, \"beta_schedule\": \"scaled_linear\"}");
        for (var name : Schedulers.names()) {
            if (!name.startsWith("flow")) {
                assertThat(Schedulers.canonicalName(Schedulers.create(name, ddim)))
                        .isEqualTo(name);
            }
        }
        assertThat(Schedulers.canonicalName(Schedulers.create("DDIMScheduler", ddim)))
                .isEqualTo("ddim");
        var karras = ddim.with("use_karras_sigmas", true);
        assertThat(Schedulers.canonicalName(Schedulers.create("euler", karras))).isEqualTo("euler-karras");
        var exponential = ddim.with("use_exponential_sigmas", true);
        assertThat(Schedulers.canonicalName(Schedulers.create("euler", exponential)))
                .isEqualTo("EulerDiscreteScheduler with use_exponential_sigmas");
    }
}
