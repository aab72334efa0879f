/// The changes of a container that still count, and its drift from them.
///
/// Its sources are the journal and the container together: the journal says what we put where, and
/// the file whether it is still there. May use: change, and all that change may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.status;
