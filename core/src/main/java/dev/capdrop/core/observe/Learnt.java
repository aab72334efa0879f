package dev.capdrop.core.observe;

/// What was learnt of one container, wherever that is by now.
///
/// @param target the container, as the command line takes it
/// @param lxcPath the folder that it was in
/// @param history all that its watches have seen
public record Learnt(String target, String lxcPath, UseHistory history) {}
