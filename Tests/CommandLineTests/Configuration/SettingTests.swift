import JSON
import Testing

@testable import ssf_transmitter

@Suite struct SettingTests {
  @Test(
    "the environment's name follows from the key",
    arguments: [
      ("issuer", "SSF_ISSUER"), ("state_directory", "SSF_STATE_DIRECTORY"),
      ("public.listen", "SSF_PUBLIC_LISTEN"), ("limits.streams_per_client", "SSF_LIMITS_STREAMS_PER_CLIENT"),
    ])
  func environmentName(key: String, name: String) {
    #expect(Setting.byKey[key]?.environmentName == name)
  }

  @Test("no two keys share a name in the environment, and every default has its key's shape")
  func table() {
    #expect(Set(Setting.all.map(\.environmentName)).count == Setting.all.count)
    for setting in Setting.all {
      #expect(setting.initial == .null || setting.accepts(setting.initial), "\(setting.key)")
      #expect(!setting.help.isEmpty)
    }
  }

  @Test(
    "a duration is a number of seconds, or a number with a unit",
    arguments: [
      (0, .zero), (15, .seconds(15)), ("15", .seconds(15)), ("500ms", .milliseconds(500)),
      ("15s", .seconds(15)),
      ("10m", .seconds(600)), ("2h", .seconds(7200)), ("7d", .seconds(7 * 86_400)), ("0s", .zero),
      (3_000_000_000, .seconds(3_000_000_000)),
    ] as [(JSONValue, Duration)])
  func duration(value: JSONValue, duration: Duration) {
    #expect(Duration(configuration: value) == duration)
  }

  @Test(
    "anything else is no duration",
    arguments: [
      -1, 3_000_000_001, .number("1.5"), "", "s", "1.5s", "-5s", "1 s", "1week", "5S", "9999999999999999999s",
      "1h30m", "s5", true, nil, [], [15],
    ] as [JSONValue])
  func noDuration(value: JSONValue) {
    #expect(Duration(configuration: value) == nil)
  }

  @Test(
    "text becomes a value of the key's shape",
    arguments: [
      ("issuer", "https://a.example", "https://a.example"), ("issuer", "", ""),
      ("development", "true", true), ("development", "TRUE", true), ("development", "1", true),
      ("development", "false", false), ("development", "0", false), ("development", "yes", nil),
      ("development", "", nil), ("limits.streams", "25", 25), ("limits.streams", "0", nil),
      ("limits.streams", "2.5", nil), ("limits.streams", "1000001", nil), ("delivery.horizon", "1d", "1d"),
      ("delivery.horizon", "soon", nil), ("admin.hosts", "a, b,c", ["a", "b", "c"]), ("admin.hosts", "", []),
    ] as [(String, String, JSONValue?)])
  func text(key: String, text: String, value: JSONValue?) throws {
    let setting = try #require(Setting.byKey[key])
    #expect(setting.value(of: text) == value)
  }
}
