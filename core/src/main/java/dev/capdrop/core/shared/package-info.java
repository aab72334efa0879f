/// One drop for all containers of a host, in the file that their configurations include.
///
/// May use: plan, and all that plan may use.
package dev.capdrop.core.shared;
