/// The live step on real containers, with a tracer that fails or dies.
@org.jspecify.annotations.NullMarked
package dev.capdrop.linux.live;
