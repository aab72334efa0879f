/// What container engines inside a container keep of their own containers, read from its root
/// directory: an adversary's files. No program of an engine is run.
///
/// Source of truth: moby's `container/container.go` and `api/types/container/hostconfig.go`,
/// containers/storage's `containers.go`, podman-systemd.unit(5), containerd's
/// `core/runtime/v2/README.md`, the OCI runtime specification's `config.md`. May use: libc, root,
/// time, core's snapshot and unit, and record.
package dev.capdrop.linux.engine;
