<?php

/**
 * Issues SAML Responses with SimpleSAMLphp as an identity provider: a JSON object a line in, an answer a line out. The
 * steps are those of SimpleSAML\Module\saml\IdP\SAML2::sendResponse up to the page that it would send: its two private
 * methods that build the message are called, and the HTTP-POST binding's serialization.
 */

declare(strict_types=1);

error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');

$folder = sys_get_temp_dir() . '/countersign-ssp-' . bin2hex(random_bytes(8));
mkdir($folder, 0700);
mkdir("$folder/log");
mkdir("$folder/cert");
register_shutdown_function(function () use ($folder): void {
    foreach (['log', 'cert', ''] as $part) {
        foreach (glob(rtrim("$folder/$part", '/') . '/*') as $file) {
            if (is_file($file)) {
                unlink($file);
            }
        }
    }
    foreach (['log', 'cert', ''] as $part) {
        @rmdir(rtrim("$folder/$part", '/'));
    }
});

file_put_contents("$folder/config.php", '<?php $config = ' . var_export([
    'baseurlpath' => 'https://idp.example.com/simplesaml/',
    'certdir' => "$folder/cert/",
    'loggingdir' => "$folder/log/",
    'tempdir' => "$folder/log",
    'logging.handler' => 'file',
    'logging.level' => 3,
    'secretsalt' => bin2hex(random_bytes(16)),
    'timezone' => 'UTC',
    'language.default' => 'en',
], true) . ';');
putenv("SIMPLESAMLPHP_CONFIG_DIR=$folder");
$_SERVER['HTTPS'] = 'on';
$_SERVER['REQUEST_URI'] = '/simplesaml/';
$_SERVER['HTTP_HOST'] = 'idp.example.com';

require_once '/usr/share/simplesamlphp/lib/_autoload.php';

use SAML2\XML\saml\NameID;
use SimpleSAML\Configuration;
use SimpleSAML\Module\saml\Auth\Process\AttributeNameID;
use SimpleSAML\Module\saml\IdP\SAML2;

function method(string $name): ReflectionMethod
{
    $method = new ReflectionMethod(SAML2::class, $name);
    $method->setAccessible(true);
    return $method;
}

function issue(array $case, string $folder): array
{
    file_put_contents("$folder/cert/idp.pem", $case['idp']['privateKey']);
    file_put_contents("$folder/cert/idp.crt", $case['idp']['certificate']);
    $signing = $case['alg'] === 'default'
        ? []
        : ['signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#' . $case['alg']];
    $idp = Configuration::loadFromArray([
        'entityid' => $case['idp']['entityID'],
        'privatekey' => 'idp.pem',
        'certificate' => 'idp.crt',
        'saml20.sign.assertion' => $case['sign'] !== 'response',
        'saml20.sign.response' => $case['sign'] !== 'assertion',
    ] + $signing);
    $sp = Configuration::loadFromArray([
        'entityid' => $case['sp']['entityID'],
        'NameIDFormat' => $case['nameIDFormat'],
    ] + (isset($case['own']['nameFormat']) ? ['attributes.NameFormat' => $case['own']['nameFormat']] : []));
    $state = [
        'Attributes' => ['mail' => [$case['nameID']]],
        'IdPMetadata' => ['entityid' => $case['idp']['entityID']],
        'SPMetadata' => ['entityid' => $case['sp']['entityID']],
        'Source' => ['entityid' => $case['idp']['entityID']],
        'Destination' => ['entityid' => $case['sp']['entityID']],
        'saml:ConsumerURL' => $case['sp']['acsURL'],
        'saml:RequestId' => $case['inResponseTo'],
        'saml:Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
        'AuthnInstant' => time(),
    ];
    // The filter that a console would configure: authproc 'saml:AttributeNameID'.
    if (($case['own']['nameID'] ?? 'mail') === 'mail') {
        $filter = new AttributeNameID(['attribute' => 'mail', 'Format' => $case['nameIDFormat']], null);
        $filter->process($state);
    }
    $state['Attributes'] = $case['attributes'];
    $assertion = method('buildAssertion')->invokeArgs(null, [$idp, $sp, &$state]);
    $response = method('buildResponse')->invokeArgs(null, [$idp, $sp, $case['sp']['acsURL']]);
    $response->setInResponseTo($case['inResponseTo']);
    $response->setAssertions([$assertion]);
    // As SAML2\HTTPPost::send has it.
    $element = $response->getSignatureKey() === null ? $response->toUnsignedXML() : $response->toSignedXML();
    return ['response' => base64_encode($element->ownerDocument->saveXML($element))];
}

while (($line = fgets(STDIN)) !== false) {
    try {
        $answer = issue(json_decode($line, true, 64, JSON_THROW_ON_ERROR), $folder);
    } catch (Throwable $error) {
        $answer = ['why' => get_class($error) . ': ' . $error->getMessage()];
    }
    fwrite(STDOUT, json_encode($answer, JSON_THROW_ON_ERROR) . "\n");
}
