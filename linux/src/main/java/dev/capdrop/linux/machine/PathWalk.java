package dev.capdrop.linux.machine;

import dev.capdrop.core.unit.Words;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A walk along a path, component by component and as text: the caller says where a symlink leads.
///
/// Source: path_resolution(7); the limit on symlinks is the kernel's.
final class PathWalk {
    private static final int MOST_LINKS = 40;

    private final boolean followLast;
    private final Deque<String> open;
    private final List<String> way = new ArrayList<>();
    private int links;

    PathWalk(String path, boolean followLast) {
        this.open = new ArrayDeque<>(Words.ofPath(path));
        this.followLast = followLast;
    }

    /// Goes one component further; false at the end.
    boolean next() {
        while (!open.isEmpty()) {
            String component = open.pop();
            if (!component.equals("..")) {
                way.add(component);
                return true;
            }
            if (!way.isEmpty()) {
                way.removeLast();
            }
        }
        return false;
    }

    String here() {
        return "/" + String.join("/", way);
    }

    /// Whether a symlink here would be followed.
    boolean mayFollow() {
        return (followLast || !open.isEmpty()) && links < MOST_LINKS;
    }

    void follow(String target) {
        links++;
        way.removeLast();
        if (target.startsWith("/")) {
            way.clear();
        }
        Words.ofPath(target).reversed().forEach(open::push);
    }
}
