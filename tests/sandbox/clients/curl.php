<?php
// Makes requests with PHP's curl: a plan as JSON on standard input, answers on the output.
$plan = json_decode(stream_get_contents(STDIN), true);
$answers = [];
foreach ($plan['requests'] as $each) {
    $headers = ["Authorization: Bearer {$plan['token']}"];
    foreach ($each['headers'] as $name => $value) {
        $headers[] = "$name: $value";
    }
    $curl = curl_init($plan['url'] . $each['path'] . '?' . http_build_query($each['query']));
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $each['method'],
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_RETURNTRANSFER => true,
    ]);
    if ($each['body'] !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($each['body']));
    }
    $body = curl_exec($curl);
    $answers[] = ['status' => curl_getinfo($curl, CURLINFO_RESPONSE_CODE), 'body' => $body];
}
echo json_encode($answers);
