package dev.suffice.language;

import dev.suffice.language.Generation.SpeculationReport;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One answer, as a Java Flight Recorder event; its duration is that of prompt and answer together. */
@Name("dev.suffice.TextGeneration")
@Label("Text Generation")
@Category({"Suffice", "Language"})
@Description("One answer of a language model, with what speculation did")
@StackTrace(false)
final class TextGenerationEvent extends Event {
    @Label("Model")
    String model = "";

    @Label("Finish")
    @Description("Why the answer ended: end, length, context, stopped or cancelled")
    String finish = "";

    @Label("Prompt Tokens")
    int promptTokens;

    @Label("Cached Tokens")
    @Description("Tokens of the prompt that had been read before")
    int cachedTokens;

    @Label("Dropped Tokens")
    @Description("Tokens of prompt and answer that were dropped because the context was full")
    int droppedTokens;

    @Label("Tokens")
    @Description("Tokens of the answer")
    int tokens;

    @Label("Passes")
    @Description("Passes of the model after the prompt")
    int passes;

    @Label("Drafted")
    @Description("Tokens that were proposed to the model")
    int drafted;

    @Label("Accepted")
    @Description("Tokens of drafts that were kept")
    int accepted;

    @Label("Decided Again")
    @Description("Places that were too close to call and were decided by a pass of their own")
    int decidedAgain;

    @Label("Taken Unasked")
    @Description("Tokens of drafts that the whole model was not asked for")
    int taken;

    @Label("First Token")
    @Description("Time to the first token, with the prompt; 0 if there was none")
    @Timespan(Timespan.NANOSECONDS)
    long firstToken;

    @Label("Drafting")
    @Description("Time of all drafts together")
    @Timespan(Timespan.NANOSECONDS)
    long drafting;

    @Label("Cache")
    @Description("Native memory of keys and values")
    @DataAmount
    long cache;

    /** The answer is complete. */
    void finished(String name, Generation generation, long cacheBytes) {
        tell(name, generation.finish().name().toLowerCase(Locale.ROOT), generation.report(), cacheBytes);
    }

    /** It was not wanted any more. */
    void cancelled(String name, SpeculationReport report, long cacheBytes) {
        tell(name, "cancelled", report, cacheBytes);
    }

    private void tell(String name, String ended, SpeculationReport report, long cacheBytes) {
        end();
        if (!shouldCommit()) {
            return;
        }
        model = name;
        finish = ended;
        promptTokens = report.promptTokens();
        cachedTokens = report.cachedTokens();
        droppedTokens = report.droppedTokens();
        tokens = report.tokens();
        passes = report.passes();
        drafted = report.drafted();
        accepted = report.accepted();
        decidedAgain = report.decidedAgain();
        taken = report.taken();
        firstToken = report.firstToken().toNanos();
        drafting = report.drafting().toNanos();
        cache = cacheBytes;
        commit();
    }
}
