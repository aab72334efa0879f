/// The shortfall of a unit when PID 1 holds less: what its settings, programs and sockets need a
/// capability for, and what systemd and the kernel make of it when that is not there.
///
/// Source of truth: systemd.exec(5), systemd's `src/core/exec-invoke.c` (`src/core/execute.c`
/// before 255), capabilities(7). May use: rule, snapshot, and all that snapshot may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.execution;
