package dev.suffice.train.exits;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExitDataTest {
    private static final List<String> TWO = List.of("no", "yes");

    private static ExitExample of(int category) {
        return ExitExample.of(new int[] {1, 2}, category);
    }

    private static void refused(ExitTask task, List<String> labels, List<ExitExample> training, String message) {
        refused(task, labels, training, List.of(), message);
    }

    private static void refused(
            ExitTask task, List<String> labels, List<ExitExample> training, List<ExitExample> heldOut, String message) {
        assertThatThrownBy(() -> new ExitData(task, labels, training, heldOut))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    @Test
    void categories() {
        refused(
                ExitTask.SINGLE_LABEL,
                TWO,
                List.of(of(0), of(2)),
                "training example 2: label 2: must be between 0 and 1, one of [no, yes]");
        refused(
                ExitTask.SINGLE_LABEL,
                TWO,
                List.of(of(0), of(1)),
                List.of(of(-1)),
                "held-out example 1: label -1: must be between 0 and 1, one of [no, yes]");
        refused(
                ExitTask.SINGLE_LABEL,
                TWO,
                List.of(of(1), of(1)),
                "training examples: all 2 have the label yes; give examples of others too");
        refused(
                ExitTask.SINGLE_LABEL,
                TWO,
                List.of(of(0), ExitExample.of(new int[0], 1)),
                "training example 2: no tokens: leave empty texts out");
        refused(ExitTask.SINGLE_LABEL, TWO, List.of(), "training examples: there are none");
        refused(
                ExitTask.SINGLE_LABEL,
                List.of("a", "a"),
                List.of(of(0), of(1)),
                "labels [a, a]: must be at least two names that differ");
        refused(
                ExitTask.SINGLE_LABEL,
                TWO,
                List.of(ExitExample.scored(new int[] {1}, 1)),
                "training example 1: label Score[value=1.0]: is none of the task SINGLE_LABEL");
    }

    @Test
    void numbers() {
        refused(
                ExitTask.REGRESSION,
                List.of("stars"),
                List.of(ExitExample.scored(new int[] {1}, Float.NaN)),
                "training example 1: label NaN: must be a finite number");
        refused(
                ExitTask.REGRESSION,
                List.of("stars"),
                List.of(ExitExample.scored(new int[] {1}, 3)),
                "training examples: all 1 have the label 3.0; give examples of others too");
        refused(
                ExitTask.REGRESSION,
                TWO,
                List.of(),
                "labels [no, yes]: must be one name, of the number that is learned");
    }

    @Test
    void tokens() {
        refused(
                ExitTask.TOKEN_LABELS,
                TWO,
                List.of(ExitExample.tagged(new int[] {1, 2}, new int[] {0})),
                "training example 1: 1 labels for 2 tokens: must be as many, -100 where a token has none");
        refused(
                ExitTask.TOKEN_LABELS,
                TWO,
                List.of(ExitExample.tagged(new int[] {1, 2}, new int[] {-100, -100})),
                "training example 1: no token has a label: leave such texts out");
        refused(
                ExitTask.TOKEN_LABELS,
                TWO,
                List.of(ExitExample.tagged(new int[] {1, 2}, new int[] {-100, 5})),
                "training example 1: label 5: must be between 0 and 1, one of [no, yes]");
    }

    @Test
    void settings() {
        assertThatThrownBy(() -> new ExitHeads(List.of(2, 1), 16, Pooling.CLS, Pooling.CLS, false))
                .hasMessage("exits after layers [2, 1]: must be numbers of at least 1 in ascending order");
        assertThatThrownBy(() -> new ExitHeads(List.of(), 0, Pooling.CLS, Pooling.CLS, false))
                .hasMessage("width of the exits 0: must be between 1 and 65536");
        assertThatThrownBy(() -> new Tuning.Lora(0, 1)).hasMessage("LoRA rank 0: must be between 1 and 1024");
        assertThatThrownBy(() -> new Tuning.Lora(1, Double.NaN)).hasMessage("LoRA alpha NaN: must be above 0");
        var recipe = ExitRecipe.of(new Tuning.Full());
        assertThatThrownBy(() -> recipe.withEpochs(0)).hasMessage("epochs 0.0: must be above 0 and at most 10000");
        assertThatThrownBy(() -> recipe.withBatch(0)).hasMessage("batch 0: must be between 1 and 4096");
        assertThatThrownBy(() -> recipe.withRate(2)).hasMessage("learning rate 2.0: must be above 0 and at most 1");
        assertThatThrownBy(() -> new ExitRecipe(1, 1, 1, -1, 0, 0)).hasMessage("warm-up -1: must be at least 0 steps");
        assertThatThrownBy(() -> new ExitRecipe(1, 1, 1, 1, 1, 0)).hasMessage("dropout 1.0: must be between 0 and 0.9");
        assertThatThrownBy(() -> new ExitRecipe(1, 1, 1, 1, 0, -1))
                .hasMessage("weight decay -1.0: must be between 0 and 1");
    }
}
