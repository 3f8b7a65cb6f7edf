/**
 * Labels for StepSaver: which prompts are run with which samplers ({@link dev.suffice.labels.LabelPlan}), in parts that are computed
 * independently, and the folder of Parquet files that they become ({@link dev.suffice.labels.LabelTable}). Reading needs no Spark.
 */
@org.jspecify.annotations.NullMarked
package dev.suffice.labels;
