package dev.suffice.language.chat.template;

/** Python's {@code None}: a value that is there and says nothing. */
enum None {
    NONE
}
