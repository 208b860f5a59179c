package dev.paddock.worker.cli;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.InlineScript;
import dev.paddock.worker.GuestScripts;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.ViolationKinds;
import dev.paddock.worker.catalog.CatalogBusyException;
import dev.paddock.worker.catalog.CatalogEditor;
import dev.paddock.worker.catalog.CatalogMissingException;
import dev.paddock.worker.catalog.ScriptVersions;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.pool.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What there is to do with named scripts. */
@Command(
    name = "scripts",
    description = {
      "Puts scripts into the catalog, where requests find them by name, and shows what is there.",
      "",
      "A script belongs to a tenant and has versions from 1; a version's source never changes."
          + " Workers follow the catalog: what is put or disabled counts at once."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(put | get | list | diff | disable | rollback)",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Done.",
      "1:There is no such script, the script did not pass its trial, or Kafka refused.",
      "2:The command line or the configuration is wrong."
    })
final class ScriptsCommand implements Runnable {

  private static final Pattern ID = Pattern.compile("[\\w.-]{1,200}");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Say what to do with scripts: put, get, list, diff, disable or rollback");
  }

  /** Whose script is meant. */
  static final class TenantOption {
    @Option(
        names = "--tenant",
        paramLabel = "NAME",
        defaultValue = "default",
        description = "Whose script it is (${DEFAULT-VALUE}).")
    private String tenant = "";
  }

  @Command(
      name = "put",
      description = {
        "Adds a version of a script, after it ran once in a sandbox here.",
        "",
        "The trial's input is --input; a script that parses but fails with it is not put."
      },
      mixinStandardHelpOptions = true)
  int put(
      @Parameters(paramLabel = "ID", description = "Letters, digits, '.', '_' and '-'.") String id,
      @Mixin ScriptOptions file,
      @Mixin TenantOption owner,
      @Mixin OneRun trial,
      @Mixin LimitOptions limits,
      @Option(names = "--author", paramLabel = "NAME", description = "Who put it; your user name.")
          @Nullable String author,
      @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
          @Nullable String description,
      @Mixin ConfigurationOptions configuration)
      throws IOException, InterruptedException {
    if (!ID.matcher(id).matches()) {
      throw CommandFailure.usage(
          "The script's id is '%s'; it must be 1 to 200 letters, digits, '.', '_' or '-'"
              .formatted(id));
    }
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    InlineScript source = file.read();
    requireToRun(
        settings,
        trial.task(settings, GuestScripts.of(source), limits.limits(), new ChanceOptions()));
    CatalogScript put =
        edit(
            settings,
            versions ->
                CatalogScript.newBuilder()
                    .setTenant(owner.tenant)
                    .setId(id)
                    .setVersion(nextVersion(versions, owner.tenant, id))
                    .setName(source.getName())
                    .setKind(source.getKind())
                    .setSource(source.getSource())
                    .setModules(source.getModules())
                    .setLimits(limits.limits())
                    .setSha256(ScriptUsed.of(source).sha256())
                    .setCreated(Instant.now())
                    .setAuthor(author == null ? System.getProperty("user.name", "") : author)
                    .setDescription(description == null ? "" : description)
                    .build());
    say(
        "%s version %d is in the catalog of tenant %s"
            .formatted(id, put.getVersion(), owner.tenant));
    return 0;
  }

  @Command(
      name = "get",
      description = "Writes a version's source to standard output, or what else is known of it.",
      mixinStandardHelpOptions = true)
  int get(
      @Parameters(paramLabel = "ID", description = "The script.") String id,
      @Parameters(
              paramLabel = "VERSION",
              arity = "0..1",
              description = "Which; the latest that is not disabled.")
          @Nullable Integer version,
      @Option(
              names = "--module",
              paramLabel = "NAME",
              description = "Instead, the source of a module that was put along with it.")
          @Nullable String module,
      @Option(
              names = "--about",
              description =
                  "Instead, its kind, SHA-256, limits, names of modules, and who put it when.")
          boolean about,
      @Mixin TenantOption owner,
      @Mixin ConfigurationOptions configuration) {
    if (about && module != null) {
      throw CommandFailure.usage("Of --about and --module there can be one at a time");
    }
    Logs.errorsOnly();
    CatalogScript script = require(read(configuration.read()), owner.tenant, id, version);
    if (about) {
      sayAbout(script);
      return 0;
    }
    String source = module == null ? script.getSource() : script.getModules().get(module);
    if (source == null) {
      throw new CommandFailure(
          "%s version %d has no module %s; its modules: %s"
              .formatted(id, script.getVersion(), module, ScriptDifference.modules(script)));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(source);
    out.flush();
    return 0;
  }

  private void sayAbout(CatalogScript script) {
    Table table = new Table(Table.Align.LEFT);
    table.row(
        "script",
        "%s version %d of tenant %s%s"
            .formatted(
                script.getId(),
                script.getVersion(),
                script.getTenant(),
                script.getDisabled() ? ", disabled" : ""));
    table.row("kind", ScriptDifference.kind(script));
    table.row("sha256", script.getSha256());
    table.row("limits", LimitOptions.text(script.getLimits()));
    table.row("modules", ScriptDifference.modules(script));
    table.row("put", "%s by %s".formatted(script.getCreated(), script.getAuthor()));
    table.row("description", script.getDescription());
    table.lines().forEach(this::say);
  }

  @Command(
      name = "list",
      description = "Shows every version, or those of one script.",
      mixinStandardHelpOptions = true)
  int list(
      @Parameters(paramLabel = "ID", arity = "0..1", description = "Only this script.")
          @Nullable String id,
      @Option(names = "--tenant", paramLabel = "NAME", description = "Only this tenant's.")
          @Nullable String tenant,
      @Mixin ConfigurationOptions configuration) {
    Logs.errorsOnly();
    List<CatalogScript> scripts =
        read(configuration.read()).all().stream()
            .filter(script -> id == null || script.getId().equals(id))
            .filter(script -> tenant == null || script.getTenant().equals(tenant))
            .toList();
    if (scripts.isEmpty()) {
      say("There are no such scripts");
      return 0;
    }
    Table table = new Table(Table.Align.LEFT);
    table.row("tenant", "script", "version", "kind", "characters", "put", "by", "");
    for (CatalogScript script : scripts) {
      table.row(
          script.getTenant(),
          script.getId(),
          Integer.toString(script.getVersion()),
          ScriptDifference.kind(script),
          Units.count(script.getSource().length()),
          script.getCreated().truncatedTo(ChronoUnit.SECONDS).toString(),
          script.getAuthor(),
          (script.getDisabled() ? "disabled " : "") + script.getDescription());
    }
    table.lines().forEach(this::say);
    return 0;
  }

  @Command(
      name = "diff",
      description =
          "Shows what changed from one version to another in kind, limits, source and modules.",
      mixinStandardHelpOptions = true)
  int diff(
      @Parameters(paramLabel = "ID", description = "The script.") String id,
      @Parameters(paramLabel = "FROM", description = "A version.") int from,
      @Parameters(
              paramLabel = "TO",
              arity = "0..1",
              description = "Another; the latest that is not disabled.")
          @Nullable Integer to,
      @Mixin TenantOption owner,
      @Mixin ConfigurationOptions configuration) {
    Logs.errorsOnly();
    ScriptVersions versions = read(configuration.read());
    CatalogScript before = require(versions, owner.tenant, id, from);
    CatalogScript after = require(versions, owner.tenant, id, to);
    ScriptDifference.lines(before, after).forEach(this::say);
    return 0;
  }

  @Command(
      name = "disable",
      description =
          "Stops a version: requests that name it are refused, those that name none get the latest"
              + " that is left.",
      mixinStandardHelpOptions = true)
  int disable(
      @Parameters(paramLabel = "ID", description = "The script.") String id,
      @Parameters(paramLabel = "VERSION", description = "The version.") int version,
      @Mixin TenantOption owner,
      @Mixin ConfigurationOptions configuration) {
    Logs.errorsOnly();
    edit(
        configuration.read(),
        versions ->
            CatalogScript.newBuilder(require(versions, owner.tenant, id, version))
                .setDisabled(true)
                .build());
    say("%s version %d is disabled".formatted(id, version));
    return 0;
  }

  @Command(
      name = "rollback",
      description = "Adds a version that is the same as an earlier one, which makes it the latest.",
      mixinStandardHelpOptions = true)
  int rollback(
      @Parameters(paramLabel = "ID", description = "The script.") String id,
      @Option(
              names = "--to",
              paramLabel = "VERSION",
              description = "The earlier version; the one before the latest that is not disabled.")
          @Nullable Integer to,
      @Mixin TenantOption owner,
      @Mixin ConfigurationOptions configuration) {
    Logs.errorsOnly();
    CatalogScript put =
        edit(
            configuration.read(),
            versions -> {
              CatalogScript earlier = earlier(versions, owner.tenant, id, to);
              return CatalogScript.newBuilder(earlier)
                  .setVersion(nextVersion(versions, owner.tenant, id))
                  .setCreated(Instant.now())
                  .setAuthor(System.getProperty("user.name", ""))
                  .setDescription("as version " + earlier.getVersion())
                  .setDisabled(false)
                  .build();
            });
    say(
        "%s version %d is in the catalog, %s"
            .formatted(id, put.getVersion(), put.getDescription()));
    return 0;
  }

  private static CatalogScript earlier(
      ScriptVersions versions, String tenant, String id, @Nullable Integer to) {
    CatalogScript latest = require(versions, tenant, id, to);
    if (to != null) {
      return latest;
    }
    return versions.versions(tenant, id).stream()
        .filter(script -> script.getVersion() < latest.getVersion() && !script.getDisabled())
        .reduce((_, later) -> later)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "There is no version of %s before %d that is not disabled"
                        .formatted(id, latest.getVersion())));
  }

  private static int nextVersion(ScriptVersions versions, String tenant, String id) {
    List<CatalogScript> known = versions.versions(tenant, id);
    return known.isEmpty() ? 1 : known.getLast().getVersion() + 1;
  }

  private static CatalogScript require(
      ScriptVersions versions, String tenant, String id, @Nullable Integer version) {
    CatalogScript found = versions.find(tenant, id, version);
    if (found == null) {
      List<CatalogScript> known = versions.versions(tenant, id);
      throw new CommandFailure(
          known.isEmpty()
              ? "Tenant %s has no script %s; see: paddock scripts list".formatted(tenant, id)
              : "%s has no version %d; the latest is %d"
                  .formatted(id, version, known.getLast().getVersion()));
    }
    return found;
  }

  private static ScriptVersions read(Configuration settings) {
    try {
      return new CatalogEditor(settings).read();
    } catch (CatalogMissingException | TimeoutException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  private static CatalogScript edit(
      Configuration settings, Function<ScriptVersions, CatalogScript> edit) {
    try {
      return new CatalogEditor(settings).write(edit);
    } catch (CatalogMissingException | CatalogBusyException | TimeoutException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  private static void requireToRun(Configuration settings, Task task)
      throws IOException, InterruptedException {
    String problem =
        switch (OneRun.run(settings, task)) {
          case Verdict.Answered answered ->
              switch (answered.answer().ending()) {
                case Ending.Succeeded _ -> null;
                case Ending.Failed(GuestError error) -> hint(error, task.script());
                case Ending.Stopped(Breach breach) ->
                    ": %s: %s".formatted(ViolationKinds.of(breach.quota()), breach.message());
              };
          case Verdict.Crashed crashed -> ": " + crashed.message();
        };
    if (problem != null) {
      throw new CommandFailure("The script was not put; its trial failed" + problem);
    }
  }

  private static String hint(GuestError error, Script script) {
    String where = RunCommand.where(error, script);
    return error.name().equals("SyntaxError")
        ? where
        : where + "; give an input that it takes with --input";
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
