/**
 * What is compared: {@link dev.r3.benchmarks.engine.TextEngine}, on R3's backends and on ONNX
 * Runtime, and {@link dev.r3.benchmarks.engine.Texts}, what they read. Only here is ONNX Runtime
 * used.
 */
@NullMarked
package dev.r3.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
