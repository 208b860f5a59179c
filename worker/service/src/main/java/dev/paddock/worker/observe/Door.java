package dev.paddock.worker.observe;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may see more than a worker's health. With a token, whoever has it. Without one, whoever is on
 * this machine, and only by a name of it: a page of somebody else's, open in a browser here, can
 * have its own name lead to this machine (DNS rebinding), but cannot have another name asked for.
 */
final class Door {

  private static final String SCHEME = "bearer ";
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Why somebody stays outside, and the status that says so. */
  record Refusal(int status, String reason) {}

  private final @Nullable String token;
  private final InetAddress address;

  /**
   * @param address where the server listens
   */
  Door(@Nullable String token, InetSocketAddress address) {
    this.token = token;
    this.address = address.getAddress();
  }

  /** Why it stays shut, or null where it opens. */
  @Nullable Refusal check(HttpExchange exchange) {
    if (token != null) {
      return hasToken(exchange, token)
          ? null
          : new Refusal(401, "Authorization: Bearer and management.token are asked for");
    }
    if (!address.isLoopbackAddress()) {
      return new Refusal(
          403, "Nobody outside this machine may see this unless management.token is set");
    }
    return isLocal(exchange.getRequestHeaders().getFirst("Host"))
        ? null
        : new Refusal(403, "Without management.token this is only for 127.0.0.1 and localhost");
  }

  private static boolean hasToken(HttpExchange exchange, String token) {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    return given != null
        && given.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        && MessageDigest.isEqual(
            given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8),
            token.getBytes(StandardCharsets.UTF_8));
  }

  private boolean isLocal(@Nullable String host) {
    if (host == null) {
      return true; // no browser
    }
    String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
    return LOCAL_NAMES.contains(name) || name.equals(address.getHostAddress());
  }
}
