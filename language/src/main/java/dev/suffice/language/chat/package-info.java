/** Conversations as prompts, by the chat template that a model was trained with. */
package dev.suffice.language.chat;
