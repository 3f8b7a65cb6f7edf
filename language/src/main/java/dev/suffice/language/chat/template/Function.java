package dev.suffice.language.chat.template;

/** What a template can call. */
@FunctionalInterface
interface Function {
    /** Its value; never null. */
    Object call(Arguments arguments);
}
