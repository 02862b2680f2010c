import Testing

@testable import ssf_transmitter

@Suite struct DescriptorBudgetTests {
  private func budget(_ limit: Int) -> DescriptorBudget {
    DescriptorBudget(limit: limit, cores: 4, inFlight: 256, publicConnections: 4096, adminConnections: 512)
  }

  @Test("with descriptors in plenty everybody has what is wished for")
  func plenty() {
    let budget = budget(1 << 20)
    #expect(budget.inFlight == 256 && budget.idle == 256)
    #expect(budget.publicConnections == 4096 && budget.adminConnections == 512)
  }

  @Test(
    "F17 where descriptors are scarce, half are for deliveries and all that is given out is there",
    arguments: [64, 100, 256, 1024, 4096])
  func scarce(limit: Int) {
    let budget = budget(limit)
    let given = budget.inFlight + budget.idle + budget.publicConnections + budget.adminConnections
    #expect(given <= limit - 40)
    #expect(given <= max(limit - 60, 16))
    #expect(budget.inFlight >= 4 && budget.idle >= budget.inFlight)
    #expect(budget.publicConnections >= 4 && budget.adminConnections >= 2)
  }
}
