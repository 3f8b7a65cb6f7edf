package dev.suffice.language;

import dev.suffice.language.speculate.Round;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One pass of the model after the prompt and what was drafted for it, as a Java Flight Recorder event. */
@Name("dev.suffice.SpeculationRound")
@Label("Speculation Round")
@Category({"Suffice", "Language"})
@Description("One pass of a language model and the draft that it judged")
@StackTrace(false)
final class SpeculationRoundEvent extends Event {
    @Label("Drafter")
    @Description("Who drafted; none if nobody did")
    String drafter = "";

    @Label("Position")
    @Description("Tokens that the model had read before")
    int position;

    @Label("Drafted")
    int drafted;

    @Label("Accepted")
    int accepted;

    @Label("Drafting")
    @Timespan(Timespan.NANOSECONDS)
    long draft;

    @Label("Verifying")
    @Description("Time of the pass")
    @Timespan(Timespan.NANOSECONDS)
    long verify;

    /** The round is over. */
    void finished(String name, int read, Round round) {
        end();
        if (!shouldCommit()) {
            return;
        }
        drafter = name;
        position = read;
        drafted = round.draft().size();
        accepted = round.accepted();
        draft = round.draftNanos();
        verify = round.verifyNanos();
        commit();
    }
}
