package dev.suffice.language;

import dev.suffice.language.chat.ChatMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Drops the oldest turns of a conversation, whole, so that what remains is a conversation of the form that the model knows: what it is told before stays, and so does the last
 * message. Turns are dropped until half of the context is free. Where the last turn alone takes more than three quarters of it, its oldest tokens are dropped too
 * ({@link SlidingWindow}).
 */
public final class DroppedTurns implements Overflow {
    private final LanguageModel model;
    private final List<ChatMessage> beginning;
    private final List<List<ChatMessage>> turns = new ArrayList<>();
    private final AtomicInteger dropped = new AtomicInteger();

    /**
     * Of a conversation that the model is answering.
     *
     * @param conversation with the message that is answered at its end
     */
    public DroppedTurns(LanguageModel model, List<ChatMessage> conversation) {
        this.model = model;
        int at = 0;
        while (at < conversation.size() && !isUser(conversation.get(at))) {
            at++;
        }
        this.beginning = List.copyOf(conversation.subList(0, at));
        for (var message : conversation.subList(at, conversation.size())) {
            if (isUser(message)) {
                turns.add(new ArrayList<>());
            }
            turns.getLast().add(message);
        }
    }

    private static boolean isUser(ChatMessage message) {
        return message.role().equals("user");
    }

    @Override
    public Optional<int[]> shorten(int[] prompt, int[] answer, int context) {
        for (int gone = 1; gone < turns.size(); gone++) {
            boolean last = gone == turns.size() - 1;
            var remains = TokenList.joined(model.prompt(without(gone)), answer);
            if (remains.length <= (last ? context / 4 * 3 : context / 2)) {
                tell(gone);
                return Optional.of(remains);
            }
        }
        int gone = Math.max(0, turns.size() - 1);
        tell(gone);
        return new SlidingWindow(kept()).shorten(model.prompt(without(gone)), answer, context);
    }

    private void tell(int gone) {
        dropped.accumulateAndGet(gone, Math::max);
    }

    /** How many turns were dropped so far, from the oldest: what a user said with everything up to what they said next. */
    public int dropped() {
        return dropped.get();
    }

    /** A new list of what was not dropped. */
    public List<ChatMessage> remaining() {
        return without(dropped());
    }

    private List<ChatMessage> without(int gone) {
        var rest = new ArrayList<>(beginning);
        turns.subList(gone, turns.size()).forEach(rest::addAll);
        return rest;
    }

    /** First tokens that do not depend on what the user says. */
    private int kept() {
        var one = asked("a");
        var other = asked("b");
        int mismatch = Arrays.mismatch(one, other);
        return Math.max(SlidingWindow.SINKS, mismatch < 0 ? one.length : mismatch);
    }

    private int[] asked(String content) {
        var conversation = new ArrayList<>(beginning);
        conversation.add(ChatMessage.user(content));
        return model.prompt(conversation);
    }
}
