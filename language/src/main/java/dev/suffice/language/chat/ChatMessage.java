package dev.suffice.language.chat;

import dev.suffice.core.InvalidRequestException;

/**
 * What one side says in a conversation.
 *
 * @param role who: system, user, assistant, or another that the model's template knows
 * @param content what
 */
public record ChatMessage(String role, String content) {
    /**
     * Checks the role.
     *
     * @throws InvalidRequestException if it is empty
     */
    public ChatMessage {
        if (role.isEmpty()) {
            throw new InvalidRequestException(
                    "role of a message is empty: must be system, user, assistant, or another that the model knows");
        }
    }

    /** What the model is told about itself. */
    public static ChatMessage system(String content) {
        return new ChatMessage("system", content);
    }

    /** What a user says. */
    public static ChatMessage user(String content) {
        return new ChatMessage("user", content);
    }

    /** What the model says. */
    public static ChatMessage assistant(String content) {
        return new ChatMessage("assistant", content);
    }
}
