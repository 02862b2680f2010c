import JSON
import Testing

@testable import ssf_transmitter

@Suite struct SettingsTests {
  private func settings(
    file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
  ) throws(ConfigurationError) -> Settings {
    try Settings(
      file: file.map { ("site.json", Array($0.utf8)) }, environment: environment, flags: flags)
  }

  /// What is said about settings that must be refused.
  private func complaint(
    file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
  ) -> String {
    do throws(ConfigurationError) {
      _ = try settings(file: file, environment: environment, flags: flags)
      return "nothing"
    } catch {
      return error.description
    }
  }

  @Test("a flag counts before the environment, that before the file, that before the default")
  func precedence() throws {
    let file =
      #"{"public": {"listen": "127.0.0.1:1"}, "admin": {"listen": "127.0.0.1:1"}, "issuer": "https://a.example"}"#
    let environment = ["SSF_PUBLIC_LISTEN": "127.0.0.1:2", "SSF_ADMIN_LISTEN": "127.0.0.1:2"]
    let settings = try settings(
      file: file, environment: environment, flags: ["public.listen": "127.0.0.1:3"])
    #expect(settings["public.listen"].json == "127.0.0.1:3")
    #expect(settings["public.listen"].source.description == "flag --set public.listen")
    #expect(settings["admin.listen"].json == "127.0.0.1:2")
    #expect(settings["admin.listen"].source.description == "environment variable SSF_ADMIN_LISTEN")
    #expect(settings["issuer"].json == "https://a.example")
    #expect(settings["issuer"].source.description == "site.json, line 1, column 75")
    #expect(settings["log.level"].json == "info")
    #expect(settings["log.level"].source.description == "default")
  }

  @Test("without anything every key has its default")
  func defaults() throws {
    let settings = try settings()
    #expect(settings.values.count == Setting.all.count)
    for setting in Setting.all {
      #expect(settings[setting.key].json == setting.initial)
      #expect(settings[setting.key].source == .initial)
    }
  }

  @Test("a file may hold comments and trailing commas")
  func comments() throws {
    let file = """
      // where we are
      {
        "issuer": "https://a.example", /* as receivers
                                          see it */
        "admin": {"hosts": ["a", "b",],},
      }
      """
    let settings = try settings(file: file)
    #expect(settings["issuer"].json == "https://a.example")
    #expect(settings["admin.hosts"].json == ["a", "b"])
  }

  @Test(
    "an unknown key is refused with its place and the nearest name",
    arguments: [
      (
        "{\n  \"isuer\": \"x\"\n}",
        "site.json, line 2, column 3: there is no key 'isuer'; did you mean 'issuer'?"
      ),
      (
        "{\"public\": {\n \"listn\": \"x\"}}",
        "site.json, line 2, column 2: there is no key 'public.listn'; did you mean 'public.listen'?"
      ),
      ("{\"zzz\": {\"listen\": \"x\"}}", "site.json, line 1, column 2: there is no key 'zzz'"),
      (
        "{\"public\": {\"listen\": {\"port\": 1}}}",
        "site.json, line 1, column 13: public.listen must be text"
      ),
    ])
  func unknownKeyInFile(file: String, text: String) {
    #expect(complaint(file: file) == text)
  }

  @Test(
    "what is no object is told so, where a section or the whole file should be one",
    arguments: [
      ("[]", "site.json, line 1, column 1: the file must be an object"),
      ("{\"public\": \"127.0.0.1:80\"}", "site.json, line 1, column 2: public must be an object"),
      ("{\"log\": null}", "site.json, line 1, column 2: log must be an object"),
    ])
  func noObject(file: String, text: String) {
    #expect(complaint(file: file) == text)
  }

  @Test(
    "a key that is given twice is refused, however it is written",
    arguments: [
      #"{"development": true, "development": false}"#,
      #"{"public": {"listen": "127.0.0.1:1"}, "public.listen": "127.0.0.1:2"}"#,
    ])
  func twice(file: String) {
    #expect(complaint(file: file).contains("two") || complaint(file: file).contains("only once"))
  }

  @Test("an unknown name in the environment is refused if it begins with SSF_")
  func unknownEnvironment() {
    #expect(
      complaint(environment: ["SSF_PUBLIC_LISTN": "x", "PATH": "/bin"])
        == "environment variable SSF_PUBLIC_LISTN: there is no key 'SSF_PUBLIC_LISTN'; "
        + "did you mean 'SSF_PUBLIC_LISTEN'?")
    #expect(complaint(environment: ["SSF_CONFIG": "x", "SSFX": "y"]) == "nothing")
  }

  @Test("an unknown key on the command line is refused")
  func unknownFlag() {
    #expect(
      complaint(flags: ["log.levl": "debug"])
        == "flag --set log.levl: there is no key 'log.levl'; did you mean 'log.level'?")
  }

  @Test("of several faults on the command line it is always the same that is told")
  func severalFaults() {
    let flags = Dictionary(uniqueKeysWithValues: "abcdefgh".map { ("\($0)\($0)\($0)", "x") })
    #expect(complaint(flags: flags) == "flag --set aaa: there is no key 'aaa'")
  }

  @Test(
    "a value of the wrong shape is refused with its place and what it must be",
    arguments: [
      (#"{"development": "yes"}"#, "line 1, column 2: development must be true or false"),
      (#"{"issuer": 5}"#, "line 1, column 2: issuer must be text"),
      (#"{"state_directory": null}"#, "line 1, column 2: state_directory must be text"),
      (#"{"public": {"hosts": "a"}}"#, "line 1, column 13: public.hosts must be a list of texts"),
      (#"{"public": {"hosts": ["a", 1]}}"#, "line 1, column 13: public.hosts must be a list of texts"),
      (
        #"{"limits": {"streams": 0}}"#,
        "line 1, column 13: limits.streams must be an integer from 1 to 1000000"
      ),
      (
        #"{"limits": {"streams": "10"}}"#,
        "line 1, column 13: limits.streams must be an integer from 1 to 1000000"
      ),
      (
        #"{"limits": {"streams": 1.5}}"#,
        "line 1, column 13: limits.streams must be an integer from 1 to 1000000"
      ),
      (
        #"{"delivery": {"horizon": "1 week"}}"#,
        "line 1, column 15: delivery.horizon must be a duration such as \"15s\", \"10m\", \"7d\", "
          + "or a number of seconds"
      ),
    ])
  func wrongShape(file: String, text: String) {
    #expect(complaint(file: file) == "site.json, \(text)")
  }

  @Test("a text that is no value of its key is refused from the environment and the command line, too")
  func wrongText() {
    #expect(
      complaint(environment: ["SSF_DEVELOPMENT": "maybe"])
        == "environment variable SSF_DEVELOPMENT: development must be true or false")
    #expect(
      complaint(flags: ["limits.streams": "many"])
        == "flag --set limits.streams: limits.streams must be an integer from 1 to 1000000")
  }

  @Test(
    "broken syntax is refused with its place",
    arguments: [
      ("", "line 1, column 1"), ("{", "line 1, column 2"), ("{\n\"issuer\" \"x\"}", "line 2, column 10"),
      ("{\"issuer\": \"x\"} x", "line 1, column 17"), ("/* never ends", "line 1, column 14"),
    ])
  func syntax(file: String, place: String) {
    #expect(complaint(file: file).hasPrefix("site.json: \(place): "))
  }
}
