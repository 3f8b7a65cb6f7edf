/**
 * Output that has to match a JSON schema, a regular expression or one of several texts. A {@link dev.suffice.language.constrain.Constraint} is an automaton over
 * bytes with a stack for what recurs; a {@link dev.suffice.language.constrain.ConstraintState} is where one generation is in it; a
 * {@link dev.suffice.language.constrain.TokenMask} tells which tokens can follow.
 */
package dev.suffice.language.constrain;
