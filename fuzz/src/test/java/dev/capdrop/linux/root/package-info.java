/// Lists of mounts that no kernel wrote.
@org.jspecify.annotations.NullMarked
package dev.capdrop.linux.root;
