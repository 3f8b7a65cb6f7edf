/** Work that is spread over a cluster with Apache Spark: {@link dev.suffice.spark.LabelJob} measures step counts. */
@org.jspecify.annotations.NullMarked
package dev.suffice.spark;
