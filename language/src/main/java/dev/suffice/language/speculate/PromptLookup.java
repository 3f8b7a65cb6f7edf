package dev.suffice.language.speculate;

import dev.suffice.language.sampling.Writing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drafts what followed when the last few tokens occurred before (prompt lookup, Saxena 2023): the longest of n = 3, 2, 1 last tokens that occurred, where they did
 * so last. Costs a look into a table.
 */
public final class PromptLookup implements Drafter {
    private static final int LONGEST = 3;

    @Override
    public String name() {
        return "lookup";
    }

    @Override
    public boolean free() {
        return true;
    }

    @Override
    public Session start(Writing writing, long seed) {
        return new Text();
    }

    private static final class Text implements Session {
        private final List<Map<Long, Integer>> followed = new ArrayList<>();
        private int[] tokens = new int[256];
        private int length;

        Text() {
            for (int n = 1; n <= LONGEST; n++) {
                followed.add(new HashMap<>());
            }
        }

        @Override
        public void read(int[] more) {
            for (int token : more) {
                if (length == tokens.length) {
                    tokens = Arrays.copyOf(tokens, 2 * length);
                }
                // What the tokens so far are followed by is known only now.
                for (int n = 1; n <= Math.min(LONGEST, length); n++) {
                    followed.get(n - 1).put(key(n), length);
                }
                tokens[length++] = token;
            }
        }

        /** The last n tokens; three fit into the bits of a key as vocabularies have at most 2^21 tokens. */
        private long key(int n) {
            long key = 0;
            for (int i = length - n; i < length; i++) {
                key = key << 21 | tokens[i];
            }
            return key;
        }

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            var draft = new ArrayList<DraftToken>();
            for (int n = Math.min(LONGEST, length); n >= 1; n--) {
                var at = followed.get(n - 1).get(key(n));
                if (at == null) {
                    continue;
                }
                // A copy that runs into its own end goes on with what it has copied.
                for (int i = at; draft.size() < most && extent.more(draft); i++) {
                    int token = i < length ? tokens[i] : draft.get(i - length).token();
                    draft.add(DraftToken.certain(token, (double) n / (LONGEST + 1)));
                }
                break;
            }
            return draft;
        }
    }
}
