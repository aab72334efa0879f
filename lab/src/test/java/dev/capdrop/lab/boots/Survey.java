package dev.capdrop.lab.boots;

import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The program behind `bench/boots`.
public final class Survey {
    private static final Path WORK = Path.of("/var/lib/capdrop-boots");
    private static final Path ORIGINALS = WORK.resolve("originals");

    /// How many containers boot at a time: most of a boot is waiting.
    private static final int PARALLEL = 3;

    private Survey() {}

    /// See `bench/boots`, which hands its words on.
    public static void main(String[] words) throws IOException {
        Path folder = Path.of(words[1]);
        switch (words[0]) {
            case "record" -> record(folder, Arrays.asList(words).subList(2, words.length));
            case "watch" -> watch(folder, Arrays.asList(words).subList(2, words.length));
            case "learnt" -> learnt(folder);
            case "digest" -> digest(folder, Path.of(words[2]));
            case "count" -> count(recorded(folder));
            case "offline" -> offline(folder);
            case "forecast" -> forecast(folder);
            case "surprises" -> Report.of(recorded(folder)).printSurprises(System.out);
            default -> throw new IllegalArgumentException("'" + words[0] + "' is no command");
        }
    }

    private static void count(List<Recorded> images) {
        Report.of(images).print(System.out);
        InertGoal.print(images, System.out);
    }

    /// Keeps what is forecast without any boot, from the root directories that the recorded boots
    /// began with.
    private static void forecast(Path folder) throws IOException {
        for (Recorded image : Digest.all(folder)) {
            Original original = new Original(ORIGINALS, Image.named(image.image()));
            original.prepare();
            new Digest(folder, image.image()).writeForecast(original.forecast());
        }
    }

    /// The forecasts that are made from what is forecast.
    private static void offline(Path folder) throws IOException {
        List<Recorded> images = Digest.all(folder);
        Map<String, Snapshot> sources = new TreeMap<>();
        for (Recorded image : images) {
            sources.put(image.image(), new Digest(folder, image.image()).forecast());
        }
        BootForecast.print(images, sources, System.out);
        Report report = Report.of(images, sources);
        report.print(System.out);
        report.printSurprises(System.out);
    }

    /// Makes all boots that are missing; one that fails does not keep the others from being made.
    private static void record(Path folder, List<String> names) throws IOException {
        List<Image> images = names.stream().map(Image::named).toList();
        Recorder.prepare(WORK);
        IOException failed = new IOException("not every boot could be recorded; try again");
        try (ExecutorService boots = Executors.newFixedThreadPool(PARALLEL)) {
            for (Stage stage : Stage.values()) {
                List<Callable<Void>> missing = new ArrayList<>();
                for (Image image : images) {
                    Recordings recordings = new Recordings(folder.resolve(image.name()));
                    missing.addAll(new Recorder(WORK, image, recordings).missing(stage));
                }
                failures(boots.invokeAll(missing)).forEach(failed::addSuppressed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
    }

    /// Counts what the watched boots settle, and names what stays open after the first.
    private static void learnt(Path folder) throws IOException {
        LearntReport report = LearntReport.of(recorded(folder), folder);
        report.print(System.out);
        report.printOpen(System.out, 1);
    }

    private static List<Throwable> failures(List<Future<Void>> done) {
        return done.stream()
                .filter(one -> one.state() == Future.State.FAILED)
                .map(Future::exceptionNow)
                .toList();
    }

    /// Watches boots of these images, and keeps in `folder` what was learnt.
    private static void watch(Path folder, List<String> names) throws IOException {
        Recorder.prepare(WORK);
        List<Callable<Void>> images = new ArrayList<>();
        for (String name : names) {
            Watcher watcher = new Watcher(WORK, Image.named(name), folder);
            images.add(() -> {
                watch(watcher, name);
                return null;
            });
        }
        try (ExecutorService boots = Executors.newFixedThreadPool(PARALLEL)) {
            IOException failed = new IOException("not every boot could be watched; try again");
            failures(boots.invokeAll(images)).forEach(failed::addSuppressed);
            if (failed.getSuppressed().length > 0) {
                throw failed;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Names a failure at once, for the other images may take long.
    private static void watch(Watcher watcher, String name) throws IOException {
        try {
            watcher.watch();
        } catch (IOException e) {
            System.out.printf("%s: %s%n", name, e.getMessage());
            throw e;
        }
    }

    private static void digest(Path folder, Path to) throws IOException {
        for (Recorded image : recorded(folder)) {
            new Digest(to, image.image()).write(image);
        }
    }

    /// What a folder holds: recordings, or the digests of some.
    private static List<Recorded> recorded(Path folder) throws IOException {
        List<Recorded> images = new ArrayList<>(Digest.all(folder));
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path part : parts) {
                Recorded image = new Recordings(part).all();
                if (image != null) {
                    images.add(image);
                }
            }
        }
        images.sort(Comparator.comparing(Recorded::image));
        return images;
    }
}
