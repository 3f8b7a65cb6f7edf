/**
 * Where graphs run. A {@link dev.suffice.engine.Graph} is opened by an {@link dev.suffice.engine.Engine} as a
 * {@link dev.suffice.engine.Session}, which reads and writes off-heap {@link dev.suffice.engine.Tensor}s. An engine is
 * one implementation of {@link dev.suffice.engine.Engine}, registered as a service.
 */
package dev.suffice.engine;
