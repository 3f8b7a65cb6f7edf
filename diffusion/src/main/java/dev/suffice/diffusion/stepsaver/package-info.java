/** StepSaver: how many denoising steps an image needs, measured (labels), for prompts. */
package dev.suffice.diffusion.stepsaver;
