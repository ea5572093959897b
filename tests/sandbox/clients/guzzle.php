<?php
// Makes requests with Guzzle: a plan as JSON on standard input, answers on the output.
require '/usr/share/php/GuzzleHttp/autoload.php';

$plan = json_decode(stream_get_contents(STDIN), true);
$client = new GuzzleHttp\Client(['http_errors' => false]);
$answers = [];
foreach ($plan['requests'] as $each) {
    $options = [
        'headers' => ['Authorization' => "Bearer {$plan['token']}"] + $each['headers'],
        'query' => $each['query'],
    ];
    if ($each['body'] !== null) {
        $options['json'] = $each['body'];
    }
    $response = $client->request($each['method'], $plan['url'] . $each['path'], $options);
    $answers[] = ['status' => $response->getStatusCode(), 'body' => (string) $response->getBody()];
}
echo json_encode($answers);
