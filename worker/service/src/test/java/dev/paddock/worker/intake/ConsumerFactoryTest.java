package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.paddock.worker.config.Configuration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsumerFactoryTest {

  @ParameterizedTest
  @CsvSource({"100, 2000, 100", "100, 7, 7", "5000, 2000, 2000", "5000, ' 5000 ', 5000"})
  void onePollTakesWhatIsAskedForButNoMoreThanMayBeInFlight(
      String inFlight, String asked, int taken) {
    Map<String, Object> properties =
        ConsumerFactory.properties(
            Configuration.of(
                Map.of(
                    "intake.max.in.flight", inFlight, "kafka.consumer.max.poll.records", asked)));
    assertEquals(
        Integer.toString(taken),
        String.valueOf(properties.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG)).strip());
  }

  @ParameterizedTest
  @CsvSource({"100, 100", "5000, 500"})
  void whereNothingIsAskedForOnePollTakesFiveHundredAtTheMost(String inFlight, int taken) {
    Map<String, Object> properties =
        ConsumerFactory.properties(Configuration.of(Map.of("intake.max.in.flight", inFlight)));
    assertEquals(taken, properties.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG));
  }
}
