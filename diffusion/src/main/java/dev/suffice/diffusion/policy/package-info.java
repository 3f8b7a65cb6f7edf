/**
 * Decisions during a denoising run: which of its passes an image needs. A rule is one file here and a line in {@link
 * dev.suffice.diffusion.policy.StepRules}.
 */
package dev.suffice.diffusion.policy;
