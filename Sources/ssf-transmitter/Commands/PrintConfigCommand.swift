import ArgumentParser
import JSON

/// `print-config`: every key with its value and where it came from.
struct PrintConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print-config", abstract: "Print every key, its value, and where the value comes from.")

  @OptionGroup var options: ConfigurationOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let settings = try options.settings()
    if json {
      let values = Setting.all.map { setting in
        let value = settings[setting.key]
        return JSONValue.object([
          "key": .string(setting.key), "value": value.json, "source": .string(value.source.description),
          "environment": .string(setting.environmentName), "default": setting.initial,
          "help": .string(setting.help),
        ])
      }
      Terminal.say(JSONValue.array(values).text(.pretty))
    } else {
      let rows = Setting.all.map { setting in
        [setting.key, settings[setting.key].json.text(), settings[setting.key].source.description]
      }
      Terminal.say(Terminal.table(["KEY", "VALUE", "SOURCE"], rows))
    }
  }
}
