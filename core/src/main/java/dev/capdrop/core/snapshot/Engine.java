package dev.capdrop.core.snapshot;

import dev.capdrop.core.document.ResourceTable;

/// The container engines whose stores are read, as far as they differ in what they make of a
/// capability that they do not hold themselves.
public enum Engine {
    /// Docker 23 and later: each start compares both lists with what the daemon holds.
    DOCKER("Docker"),
    /// Docker up to 20.10, which passes both lists on.
    DOCKER_BEFORE_23("Docker"),
    PODMAN("Podman"),
    /// containerd without Docker: `ctr`, nerdctl, and what Kubernetes asks of it.
    CONTAINERD("containerd");

    private final String title;

    Engine(String title) {
        this.title = title;
    }

    /// Returns its name as its makers write it.
    public String title() {
        return title;
    }

    /// Returns the word that stands for it in documents.
    public String word() {
        return ResourceTable.word(this);
    }

    /// Returns the name of its program, which is also the prefix of its containers' names.
    public String program() {
        return switch (this) {
            case DOCKER, DOCKER_BEFORE_23 -> "docker";
            case PODMAN -> "podman";
            case CONTAINERD -> "containerd";
        };
    }
}
