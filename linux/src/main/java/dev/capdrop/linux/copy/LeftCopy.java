package dev.capdrop.linux.copy;

/// A copy that a killed trial has left.
///
/// @param name what it is called
/// @param why it stays, one sentence; empty where it was ended and removed
public record LeftCopy(String name, String why) {}
