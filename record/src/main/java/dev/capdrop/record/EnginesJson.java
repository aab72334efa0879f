package dev.capdrop.record;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.EngineContainer.Anew;
import dev.capdrop.core.snapshot.EngineContainer.Asks;
import dev.capdrop.core.snapshot.EngineContainer.Listed;
import dev.capdrop.core.snapshot.EngineContainer.Unknown;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Engines.UnreadStore;
import module java.base;

/// The containers of engines inside a container, as an object of a snapshot.
final class EnginesJson {
    private static final Anew NOTHING =
            new Anew(false, false, false, CapabilitySet.EMPTY, CapabilitySet.EMPTY);

    private EnginesJson() {}

    static Engines engines(Form<Engines> form) throws RecordException {
        return new Engines(
                form.list("containers", EnginesJson::container, Engines::containers),
                form.list("unread", EnginesJson::unread, Engines::unread));
    }

    private static UnreadStore unread(Form<UnreadStore> form) throws RecordException {
        return new UnreadStore(
                form.choice("engine", Engine.class, UnreadStore::engine),
                form.required("what", UnreadStore::what),
                form.text("why", UnreadStore::why));
    }

    private static EngineContainer container(Form<EngineContainer> form) throws RecordException {
        return new EngineContainer(
                form.choice("engine", Engine.class, EngineContainer::engine),
                form.text("id", EngineContainer::id),
                form.required("name", EngineContainer::name),
                form.text("source", EngineContainer::source),
                form.bool("running", EngineContainer::running),
                form.bool("returns", EngineContainer::returns),
                asks(form.part(EngineContainer::asks)));
    }

    /// What it asks for stands beside its name: `listed` for a list that was made before, `unknown`
    /// where nobody knows, else what its list is made of at each start.
    private static Asks asks(Form<Asks> form) throws RecordException {
        String unknown = form.text("unknown", asks -> asks instanceof Unknown it ? it.why() : "");
        String listed =
                form.text(
                        "listed",
                        asks -> asks instanceof Listed it ? it.capabilities().formatHex() : "");
        Form<Anew> anew = form.part(asks -> asks instanceof Anew it ? it : NOTHING);
        boolean privileged = anew.bool("privileged", Anew::privileged);
        boolean all = anew.bool("all", Anew::all);
        boolean none = anew.bool("none", Anew::none);
        CapabilitySet added = anew.set("added", CapabilitySet.EMPTY, Anew::added);
        CapabilitySet dropped = anew.set("dropped", CapabilitySet.EMPTY, Anew::dropped);
        if (!unknown.isEmpty()) {
            return new Unknown(unknown);
        }
        if (listed.isEmpty()) {
            return new Anew(privileged, all, none, added, dropped);
        }
        return new Listed(
                form.set(
                        "listed",
                        asks ->
                                asks instanceof Listed it
                                        ? it.capabilities()
                                        : CapabilitySet.EMPTY));
    }
}
