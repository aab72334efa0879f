package dev.capdrop.core.diagnosis;

/// Something an administrator can do about a finding.
///
/// @param id `drop` or `mask`
/// @param text what it is, and what speaks for it
/// @param command what to run, safe to paste into a shell; empty where there is no single command
public record Remedy(String id, String text, String command) {}
