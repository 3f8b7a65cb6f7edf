package dev.suffice.language.speculate;

import dev.suffice.language.sampling.Writing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Drafts as another does and tells what came of its drafts, as far as their tokens say what the draft model thought. Meant for policies that propose all that
 * is drafted; of the draft that an answer ends in nothing is told. Thread-safe if the listener is.
 */
public final class TracingDrafter implements Drafter {
    private final Drafter drafter;
    private final Consumer<DraftTrace> listener;

    /** Listens to a drafter. */
    public TracingDrafter(Drafter drafter, Consumer<DraftTrace> listener) {
        this.drafter = drafter;
        this.listener = listener;
    }

    @Override
    public String name() {
        return drafter.name();
    }

    @Override
    public boolean free() {
        return drafter.free();
    }

    @Override
    public Session start(Writing writing, long seed) {
        return new Traced(drafter.start(writing, seed));
    }

    private final class Traced implements Session {
        private final Session session;
        private List<DraftToken> draft = List.of();

        Traced(Session session) {
            this.session = session;
        }

        @Override
        public void read(int[] tokens) {
            int accepted = 0;
            while (accepted < Math.min(draft.size(), tokens.length)
                    && draft.get(accepted).token() == tokens[accepted]) {
                accepted++;
            }
            var features = new ArrayList<double[]>();
            for (var token : draft) {
                int position = features.size();
                token.scores().ifPresent(scores -> features.add(DraftClassifier.features(scores, position)));
            }
            if (!draft.isEmpty() && features.size() == draft.size()) {
                listener.accept(new DraftTrace(features, accepted));
            }
            draft = List.of();
            session.read(tokens);
        }

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            draft = session.draft(most, extent);
            return draft;
        }

        @Override
        public void ended(int[] answer) {
            session.ended(answer);
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
