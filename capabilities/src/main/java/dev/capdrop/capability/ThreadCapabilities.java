package dev.capdrop.capability;

/// The five sets of a thread, as the kernel lets them be
/// ([capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html), "Thread
/// capability sets").
///
/// Permitted and inheritable may exceed the bounding set, which limits what execve(2) can give.
public record ThreadCapabilities(
        CapabilitySet permitted,
        CapabilitySet inheritable,
        CapabilitySet effective,
        CapabilitySet bounding,
        CapabilitySet ambient) {
    /// @throws IllegalArgumentException when the kernel lets no thread have such sets
    public ThreadCapabilities {
        require("effective", effective, "permitted", permitted);
        require("ambient", ambient, "permitted", permitted);
        require("ambient", ambient, "inheritable", inheritable);
    }

    private static void require(
            String part, CapabilitySet inner, String whole, CapabilitySet outer) {
        if (!outer.containsAll(inner)) {
            throw new IllegalArgumentException(
                    part + " but not " + whole + ": " + inner.minus(outer));
        }
    }

    /// Returns the sets of an unlimited root: all but inheritable and ambient capabilities.
    public static ThreadCapabilities ofRoot(CapabilitySet bounding) {
        return new ThreadCapabilities(
                bounding, CapabilitySet.EMPTY, bounding, bounding, CapabilitySet.EMPTY);
    }

    /// Returns the sets of an ordinary user: nothing, below this bounding set.
    public static ThreadCapabilities ofUser(CapabilitySet bounding) {
        return new ThreadCapabilities(
                CapabilitySet.EMPTY,
                CapabilitySet.EMPTY,
                CapabilitySet.EMPTY,
                bounding,
                CapabilitySet.EMPTY);
    }

    public CapabilitySet get(ThreadSet set) {
        return switch (set) {
            case PERMITTED -> permitted;
            case INHERITABLE -> inheritable;
            case EFFECTIVE -> effective;
            case BOUNDING -> bounding;
            case AMBIENT -> ambient;
        };
    }

    /// Returns the three sets that cap_get_proc(3) reads and cap_from_text(3) writes.
    public CapabilityState state() {
        return new CapabilityState(effective, inheritable, permitted);
    }

    /// Returns the three sets that are passed on, as cap_iab_get_proc(3) reads them.
    public IabTuple iab(int last) {
        return new IabTuple(inheritable, ambient, CapabilitySet.upTo(last).minus(bounding));
    }
}
