/**
 * Jinja as far as chat templates use it, with the meaning that Python's jinja2 gives it in transformers' settings (sandbox, trim_blocks, lstrip_blocks,
 * loop controls). Templates come with downloaded models and are not trusted: they reach nothing but the values they are given, and their work, depth and
 * output are bounded.
 */
package dev.suffice.language.chat.template;
