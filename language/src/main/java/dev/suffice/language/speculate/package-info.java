/** Speculative decoding: who drafts, how far, and how drafts are verified so that nothing but the time changes. */
package dev.suffice.language.speculate;
