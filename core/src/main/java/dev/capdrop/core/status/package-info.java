/// What was changed in a container and still counts, and where reality has gone since.
///
/// Its sources are the journal and the container together: the journal says what we put where, and
/// the file whether it is still there. May use: change, and all that change may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.status;
